-- What docker compose adds to roles.sql when the data directory is new: passwords and the database.
-- The image of PostgreSQL runs it once, after roles.sql, with psql's own \getenv.

\getenv owner_password KIZUNA_OWNER_PASSWORD
\getenv app_password KIZUNA_APP_PASSWORD
ALTER ROLE kizuna_owner PASSWORD :'owner_password';
ALTER ROLE kizuna_app PASSWORD :'app_password';
CREATE DATABASE kizuna OWNER kizuna_owner;
