"""Statements that are changed by rule, and true ones in other words: what does the check catch?"""
