/** A browser for whoever looks at the page: tests, and the script that makes its pictures. */
export { launchBrowser, openPage } from './browser.test-support.ts'
