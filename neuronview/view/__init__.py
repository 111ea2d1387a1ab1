"""What is shown, as words and as HTML, for whoever shows it: pages, notebooks, files. Knows no Streamlit."""
