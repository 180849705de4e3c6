// Before anything is drawn: the theme that was chosen here. It runs by itself, and not as a module, so that no page flickers.
try {
  const theme = localStorage.getItem('bedstone-theme');
  if (theme === 'light' || theme === 'dark') document.documentElement.dataset.theme = theme;
} catch {
  // Without storage the system's theme is used.
}
