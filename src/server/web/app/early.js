// Asked for while the program is on its way: who is signed in, and then what the first page shows. lib/api.js takes the answers.
{
  const ask = (path) => fetch(`/api/v1/${path}`, { headers: { Accept: 'application/json' } });
  const session = ask('session');
  window.bedstoneEarly = { '/api/v1/session': session };
  if (location.pathname === '/') {
    window.bedstoneEarly['/api/v1/overview'] = session
      .then((answer) => answer.clone().json())
      .then((who) => (who.signed_in && !who.setup_open ? ask('overview') : null));
  }
  // Whoever takes an answer asks again where there is none.
  for (const one of Object.values(window.bedstoneEarly)) one.catch(() => {});
}
