// Other databases whose rows are loaded, and what goes wrong with them, in English.
export const connector = {
  connector: {
    lead: 'Databases of other systems. Schedules load rows from them.',
    add: 'New connector',
    newTitle: 'New connector',
    newLead: 'How a database is reached. What it holds is only read, never changed.',
    make: 'Make the connector',
    made: (name: string) => `The connector ${name} is made`,
    none: 'There are no connectors yet',
    noneText:
      'A connector leads to the database where your customers live, such as that of a shop. A schedule then loads its rows as often as you like.',
    listFailed: 'The connectors can’t be shown',
    failed: 'The connector can’t be shown',
    gone: 'There is no such connector',
    plain: 'Not encrypted',
    where: 'Where it leads',
    whereText: 'The server may only connect to databases that its operator allows.',
    kind: 'Kind',
    address: 'Address',
    addressHint: (port: number) =>
      `A host name or an IP address. The port is ${port} unless you add one.`,
    database: 'Name of the database there',
    access: 'How it signs in',
    accessText: 'A user of that database. One who may only read is enough, and best.',
    user: 'User',
    password: 'Password',
    passwordHint: 'It is kept, and never shown again.',
    passwordSet: 'Kept, not shown',
    passwordKept: 'Leave it empty to keep the one that is there.',
    passwordAgain: 'The password would go elsewhere now. Type it again.',
    safety: 'Encryption',
    safetyText: 'Whether anyone on the network between could read along.',
    tls: 'Connection',
    ways: {
      require: 'Encrypted',
      verify: 'Encrypted (verify)',
      off: 'Not encrypted',
    },
    waysMean: {
      require: 'Nobody on the way can read along, and the server’s certificate is checked.',
      verify: 'Nobody on the way can read along, and the server’s certificate is checked.',
      off: 'Anyone on the network between can read the password and the data.',
    },
    offWarn:
      'Leave the connection without encryption only where the way is your own, such as on one machine.',
    ca: 'Certificate of your own authority',
    caHint:
      'Only where the server’s certificate is signed by an authority of your own: its certificate, from -----BEGIN CERTIFICATE----- on.',
    test: 'Test the connection',
    testText: 'It signs in and asks for the version. Nothing is read or changed.',
    testSaved: 'Save first: the test uses what is saved.',
    reached: (version: string, ms: string) => `It works: ${version}, in ${ms} ms`,
    remove: 'Delete the connector',
    removeAsk: (name: string) => `Delete the connector ${name}?`,
    removeText: 'What was loaded through it stays. Its password goes too.',
    removed: (name: string) => `The connector ${name} is deleted`,
    inUse: 'These schedules use it. Delete them first, or choose another connector there.',
    inUseElsewhere: 'Schedules of databases that you can’t see use it.',
    schedule: (id: string) => `Schedule № ${id}`,
  },
  /** What is wrong with a value of a connector or of what is read through it. */
  connectorWrong: {
    secret_needed: 'The address, the user or the encryption changed: type the password again.',
    invalid_address:
      'This is no address of a database. It should look like db.example.org or 10.0.0.7:5433.',
    invalid_certificate: 'This is no certificate. It begins with -----BEGIN CERTIFICATE-----.',
    invalid_secret: 'A password has 1 to 1,024 bytes.',
    invalid_name: 'This is no name that a database can have.',
    not_supported: 'Only a PostgreSQL database takes a certificate here.',
    required: 'This can’t be empty.',
    contradiction: 'Choose a table or a query, not both.',
    too_many: 'There are a hundred connectors already. Delete one that isn’t needed.',
  } as Record<string, string>,
  /** Why another database can't be read, by the code of a run, a test, a look or a value. */
  sourceTrouble: {
    source_unreachable:
      'The server can’t be reached. Check the address and the network between the two.',
    source_refused:
      'The server is there, but takes no connection. Check the port and its access rules.',
    source_password: 'The database doesn’t let this user in. Check the user and the password.',
    source_tls:
      'No encrypted connection came about. Check the certificate of the server and its name.',
    source_database: 'The server has no database with this name.',
    source_table: 'The database has no such table. Check the name, also its capitals.',
    source_column: 'The table has no such column. Check the name, also its capitals.',
    source_permission: 'The user may not read this. An administrator there allows it.',
    column_unreadable:
      'A column has a kind of value that no field can hold. Leave it out, or make text of it in a query.',
    key_empty: 'Some rows have nothing in the column that is the key. Choose another one.',
    key_repeats: 'Several rows have the same key. Choose a column that is unique.',
    key_not_ordered: 'The values of this column have no order, so it can’t be the key.',
    watermark_not_ordered:
      'The values of this column have no order, so it can’t be the watermark. Choose a time or a number that grows.',
    not_a_select: 'The query must be one SELECT and nothing else.',
    query_failed: 'The database can’t answer this query.',
    query_writes: 'The query would change something there. It may only read.',
    too_many_rows: 'There are too many rows to read them at once. Name a key.',
    unknown_connector: 'The connector is gone. Choose another one.',
    secrets_key_missing:
      'The server has no key to keep passwords with. Its operator sets the variable secrets_key.',
    secret_unreadable:
      'The password of the connector can’t be read with the key of this server. Type it again.',
    host_not_allowed:
      'The server may not connect to this database. Its operator allows it with the variable sql_hosts.',
    source_changed: 'The source was changed while the run went on. Run the schedule again.',
    result_too_large:
      'The rows are too large to be handed over. Name a key, or read fewer columns.',
    unknown_settings: 'The saved import settings are gone. Choose others.',
    lost: 'The run was cut off again and again. Run the schedule again.',
    import_gone: 'The import of the run is gone. Run the schedule again.',
    too_slow: 'The database took too long. An index on the key or the watermark helps.',
    broken_off: 'The connection broke off.',
    empty_file: 'There are no rows yet.',
    unreadable_source: 'The rows can’t be read.',
  } as Record<string, string>,
};
