// Members by where they come from, and which of them makes way where there are too many: the oldest
// of the largest crowd. Who floods a port crowds out himself, and not who comes alone.

const IPV6_GROUPS = 8;
/** A /64: what one customer of a provider has of IPv6 addresses, at least. */
const NETWORK_GROUPS = 4;

export class Crowds<Member> {
  readonly #byOrigin = new Map<string, Set<Member>>();
  /** Crowds of a size, at that index. */
  readonly #bySize: Set<Set<Member>>[] = [new Set()];
  #largest = 0;
  #count = 0;

  get count(): number {
    return this.#count;
  }

  add(member: Member, origin: string): void {
    const crowd = this.#byOrigin.get(origin) ?? new Set();
    if (crowd.size === 0) this.#byOrigin.set(origin, crowd);
    this.#resize(crowd, () => crowd.add(member));
    this.#count++;
    if (crowd.size > this.#largest) this.#largest = crowd.size;
  }

  /** Nothing where it is not there. */
  delete(member: Member, origin: string): void {
    const crowd = this.#byOrigin.get(origin);
    if (crowd?.has(member) !== true) return;
    this.#resize(crowd, () => crowd.delete(member));
    this.#count--;
    if (crowd.size === 0) this.#byOrigin.delete(origin);
    if (this.#bySize[this.#largest].size === 0) this.#largest--;
  }

  oldestOfLargest(): Member | undefined {
    for (const crowd of this.#bySize[this.#largest]) for (const member of crowd) return member;
    return undefined;
  }

  #resize(crowd: Set<Member>, change: () => void): void {
    this.#bySize[crowd.size].delete(crowd);
    change();
    this.#bySize[crowd.size] ??= new Set();
    if (crowd.size > 0) this.#bySize[crowd.size].add(crowd);
  }
}

/** Whose an address is: an IPv4 address, or the network of an IPv6 one. */
export function originOf(address: string): string {
  const [, mapped] = /^::ffff:([\d.]+)$/i.exec(address) ?? [];
  if (mapped !== undefined) return mapped;
  if (!address.includes(":")) return address;
  const [head, tail] = address.split("::").map((part) => (part === "" ? [] : part.split(":")));
  const zeros = tail === undefined ? 0 : IPV6_GROUPS - head.length - tail.length;
  const groups = [...head, ...Array.from({ length: zeros }, () => "0"), ...(tail ?? [])];
  return groups.slice(0, NETWORK_GROUPS).join(":");
}
