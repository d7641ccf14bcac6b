"""The check of one link: redirects, certificates, alternatives, and the page that is shown in the end."""
