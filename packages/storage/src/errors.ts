/** No object has this key. */
export class ObjectNotFoundError extends Error {
  override readonly name = 'ObjectNotFoundError';
  readonly key: string;

  constructor(key: string, options?: ErrorOptions) {
    super(`Storage holds no object ${JSON.stringify(key)}`, options);
    this.key = key;
  }
}

/** A range that begins where the object has no byte any more. */
export class RangeNotSatisfiableError extends Error {
  override readonly name = 'RangeNotSatisfiableError';

  constructor(key: string, first: number, options?: ErrorOptions) {
    super(`Object ${JSON.stringify(key)} has no byte ${first}`, options);
  }
}

/** The body has more bytes than its writer allowed. */
export class ObjectTooLargeError extends Error {
  override readonly name = 'ObjectTooLargeError';
  /** The limit, in bytes. */
  readonly maxBytes: number;

  constructor(maxBytes: number) {
    super(`The object is larger than ${maxBytes} bytes`);
    this.maxBytes = maxBytes;
  }
}

/** The store has no room left, or the user's quota is used up. */
export class StorageFullError extends Error {
  override readonly name = 'StorageFullError';

  constructor(options?: ErrorOptions) {
    super('Storage has no room left', options);
  }
}

/** The store was not reached, or could not do it now, however often it was tried; `message` says what, `cause` why. */
export class StorageUnavailableError extends Error {
  override readonly name = 'StorageUnavailableError';
}

/** A key that no store accepts. */
export class InvalidObjectKeyError extends Error {
  override readonly name = 'InvalidObjectKeyError';

  constructor(key: string) {
    super(
      `${JSON.stringify(key.slice(0, 80))} is not an object key: use up to 512 characters, ` +
        'parts of a-z A-Z 0-9 . _ - that begin with a letter or a digit, with / between them',
    );
  }
}
