export { type Dashboard, type DashboardOptions, openDashboard } from './open-dashboard.ts'
export { dashboardEnvironment } from './options.ts'
