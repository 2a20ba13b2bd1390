export { type Dashboard, type DashboardOptions, openDashboard } from './open-dashboard.ts'
