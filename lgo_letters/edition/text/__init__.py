"""An edition's texts: Markdown with placeholders, filled in with values, as blocks."""
