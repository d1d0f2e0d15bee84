// Where browsers have passkeys: for names, over https or on the machine itself.

/** Whether the browser has passkeys for this page: not at all, not at an address such as 127.0.0.1. */
export function passkeysHere(host = location.hostname): 'yes' | 'none' | 'address' {
  if (/^[\d.]+$|^\[/.test(host)) return 'address';
  return typeof PublicKeyCredential === 'undefined' ? 'none' : 'yes';
}

/** Where the same page has passkeys, if it is on this machine. */
export function byName(url: Pick<Location, 'protocol' | 'port' | 'hostname'>): string | null {
  if (!/^127\.|^\[::1\]$/.test(url.hostname)) return null;
  return `${url.protocol}//localhost${url.port ? `:${url.port}` : ''}/console/`;
}
