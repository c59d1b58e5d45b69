"""Who may come in: invitations, passwords and roles of the people who use the product."""
