"""The commands: options in, printing and exit codes out."""
