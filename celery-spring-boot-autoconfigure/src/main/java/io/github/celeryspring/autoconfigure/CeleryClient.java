package io.github.celeryspring.autoconfigure;

import io.github.celeryspring.client.CeleryTemplate;

/**
 * The one client of the application: its worker sends with it what follows a task, also
 * where the application has its own {@code CeleryOperations}.
 *
 * @param template as the customizers made it
 */
record CeleryClient(CeleryTemplate template) {

}
