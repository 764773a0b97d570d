"""One composed year for every command; worker processes, whole files and their record."""
