/** Hands a text to the person as a file, by the browser's own way of saving. */
export function saveText(fileName: string, text: string, type: string): void {
  const address = URL.createObjectURL(new Blob([text], { type: `${type};charset=utf-8` }));
  const link = document.createElement('a');
  link.href = address;
  link.download = fileName;
  link.click();
  // The download holds on to the content by itself once it has begun.
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}
