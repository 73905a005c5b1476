export { parseSettings, type Settings, SettingsError } from './parse.ts';
export { settings, type Setting, type SettingName } from './settings.ts';
