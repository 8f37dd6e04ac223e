package io.github.celeryspring.autoconfigure;

import java.util.List;

import io.github.celeryspring.client.TaskQueues;
import io.github.celeryspring.client.TaskRouter;

/**
 * Where tasks go.
 *
 * @param queues the queues
 * @param routers the routers in order
 * @param properties the settings about queues
 */
record CeleryRouting(TaskQueues queues, List<TaskRouter> routers, TaskRoutingProperties properties) {

}
