"""A year's figures and letters → the public pages: a folder that any web server serves."""
