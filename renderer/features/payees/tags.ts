const TAG = /^[\p{L}\p{N}][\p{L}\p{N} _.:-]{0,39}$/u;
const TAGS_MAX = 20;

/** What was typed between commas, each once; null where one of them is no tag. */
export function tagsOf(typed: string): readonly string[] | null {
  const tags = [...new Set(typed.split(',').map((tag) => tag.trim()))].filter((tag) => tag !== '');
  return tags.length <= TAGS_MAX && tags.every((tag) => TAG.test(tag)) ? tags : null;
}
