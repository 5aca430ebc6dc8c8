"""Spreadsheets: Excel's and OpenDocument's, each as the rows that are seen."""
