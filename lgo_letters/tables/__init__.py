"""Files as people have them → checked decisions and authorities; problems as data."""
