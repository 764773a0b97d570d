"""A checked year → its proof: what the person who approves the letters reads, as plain data."""
