"""Citations and references as manuals of style want them: APA 7 and Chicago 17."""
