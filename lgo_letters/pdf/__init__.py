"""Letter → bytes: tags, styles, panels, pages; all that knows ReportLab."""
