// A period of whole days by the reader's clock, as the API asks for it.
export function momentsOf(from: string, to: string): { from?: string; to?: string } {
  const first = from ? new Date(`${from}T00:00:00`) : null;
  const last = to ? new Date(`${to}T00:00:00`) : null;
  // The last day counts whole.
  last?.setDate(last.getDate() + 1);
  return {
    ...(first && !Number.isNaN(first.getTime()) ? { from: first.toISOString() } : {}),
    ...(last && !Number.isNaN(last.getTime()) ? { to: last.toISOString() } : {}),
  };
}
