/** The names under which the preload and the main process know each other's messages. */
export const ASK_CHANNEL = 'countersign:ask';
export const PORT_CHANNEL = 'countersign:port';
export const COMMAND_CHANNEL = 'countersign:command';
export const NOTICE_CHANNEL = 'countersign:notice';
