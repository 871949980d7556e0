"""People rate paintings side by side, blind; and what their ratings say."""
