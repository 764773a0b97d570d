"""What the commands print: for people and for programs, problems, notices and progress."""
