package io.github.celeryspring.autoconfigure;

import java.lang.reflect.Method;
import java.util.Set;

import io.github.celeryspring.annotation.CeleryTask;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.boot.LazyInitializationExcludeFilter;
import org.springframework.core.MethodIntrospector;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.core.annotation.AnnotationUtils;

/**
 * Nobody asks for a bean with tasks: with {@code spring.main.lazy-initialization} it
 * would never exist, and its tasks would not be known.
 */
class CeleryTaskLazyInitializationExcludeFilter implements LazyInitializationExcludeFilter {

	@Override
	public boolean isExcluded(String beanName, BeanDefinition beanDefinition, Class<?> beanType) {
		if (!AnnotationUtils.isCandidateClass(beanType, CeleryTask.class)) {
			return false;
		}
		Set<Method> tasks = MethodIntrospector.selectMethods(beanType,
				(Method method) -> AnnotatedElementUtils.hasAnnotation(method, CeleryTask.class));
		return !tasks.isEmpty();
	}

}
