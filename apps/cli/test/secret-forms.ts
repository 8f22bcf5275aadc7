/** Every form in which a text may leave a process. */
export function secretForms(secret: string): readonly string[] {
  const bytes = Buffer.from(secret);
  const forms = [
    secret, encodeURIComponent(secret), encodeURI(secret), new URLSearchParams({ p: secret }).toString().slice(2), JSON.stringify(secret).slice(1, -1),
    bytes.toString('base64'), bytes.toString('base64').replace(/=+$/, ''), bytes.toString('base64url'), bytes.toString('hex'), bytes.toString('hex').toUpperCase(),
  ];
  return [...new Set(forms)];
}

/** The forms of secrets that stand in a text, each with the number of its secret: the secret itself is not told. */
export function foundSecrets(text: string, secrets: readonly string[]): readonly string[] {
  return secrets.flatMap((secret, index) => secretForms(secret).flatMap((form, at) => (text.includes(form) ? [`secret ${index} in form ${at}`] : [])));
}
