package io.github.celeryspring;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

import com.tngtech.archunit.ArchConfiguration;
import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.domain.JavaPackage;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import io.github.celeryspring.task.TaskContext;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.config.BeanFactoryPostProcessor;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.context.annotation.Bean;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.assignableTo;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.equivalentTo;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.methods;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noMethods;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * The architecture: which package may use which, and which library is seen where.
 */
class ArchitectureTests {

	private static final String ROOT = "io.github.celeryspring";

	/** From each package to those of ours that it may use, besides the root package. */
	private static final Map<String, Set<String>> ALLOWED = Map.ofEntries(Map.entry("", Set.of()),
			Map.entry("annotation", Set.of()), Map.entry("canvas", Set.of()), Map.entry("kombu", Set.of()),
			Map.entry("redis", Set.of()), Map.entry("result", Set.of()), Map.entry("security", Set.of("kombu")),
			Map.entry("kombu.redis", Set.of("kombu", "redis")), Map.entry("control", Set.of("kombu")),
			Map.entry("protocol", Set.of("kombu", "canvas")),
			Map.entry("result.redis", Set.of("result", "redis", "kombu")),
			Map.entry("task", Set.of("annotation", "canvas", "protocol", "result", "kombu")),
			Map.entry("client", Set.of("annotation", "canvas", "protocol", "kombu", "result", "control", "task")),
			Map.entry("worker",
					Set.of("annotation", "canvas", "kombu", "protocol", "result", "control", "task", "client")),
			Map.entry("autoconfigure",
					Set.of("annotation", "canvas", "kombu", "redis", "kombu.redis", "protocol", "result",
							"result.redis", "security", "control", "task", "client", "worker")),
			Map.entry("embedded", Set.of("autoconfigure", "redis")),
			Map.entry("testcontainers", Set.of("autoconfigure", "redis")));

	private static final JavaClasses MAIN = importMain();

	private static JavaClasses importMain() {
		// The rules need the names of foreign classes only, and those are many.
		ArchConfiguration.get().setResolveMissingDependenciesFromClassPath(false);
		return new ClassFileImporter()
			.importUrl(CeleryException.class.getProtectionDomain().getCodeSource().getLocation());
	}

	@Test
	void packagesUseOnlyThePackagesBelowThem() {
		check(classes().should(useOnlyAllowedPackages()));
	}

	@Test
	void packagesHaveNoCycles() {
		check(slices().matching(ROOT + ".(**)").should().beFreeOfCycles());
	}

	@Test
	void theTableOfPackagesIsComplete() {
		assertThat(packages()).map((each) -> shortName(each.getName())).isSubsetOf(ALLOWED.keySet());
	}

	@Test
	void theClientSeesOfTasksOnlyTheContext() {
		check(noClasses().that()
			.resideInAPackage(ROOT + ".client")
			.should()
			.dependOnClassesThat(
					resideInAPackage(ROOT + ".task").and(DescribedPredicate.not(equivalentTo(TaskContext.class)))));
	}

	@Test
	void lettuceIsSeenOnlyByTheRedisPackages() {
		check(noClasses().that()
			.resideOutsideOfPackages(ROOT + ".redis", ROOT + ".*.redis", ROOT + ".autoconfigure")
			.should()
			.dependOnClassesThat()
			.resideInAnyPackage("io.lettuce..", "io.netty.."));
	}

	@Test
	void springBootIsSeenOnlyByTheBootPackages() {
		check(noClasses().that()
			.resideOutsideOfPackages(ROOT + ".autoconfigure", ROOT + ".embedded", ROOT + ".testcontainers")
			.should()
			.dependOnClassesThat()
			.resideInAPackage("org.springframework.boot.."));
	}

	@Test
	void springDataIsSeenOnlyByTheAutoConfiguration() {
		check(noClasses().that()
			.resideOutsideOfPackage(ROOT + ".autoconfigure")
			.should()
			.dependOnClassesThat()
			.resideInAPackage("org.springframework.data.."));
	}

	@Test
	void everyPackageIsNullMarked() {
		assertThat(packages()).isNotEmpty()
			.allSatisfy((each) -> assertThat(each.isAnnotatedWith(NullMarked.class)).as(each.getName()).isTrue());
	}

	@Test
	void autoConfigurationsArePublicAndFinal() {
		check(classes().that()
			.areAnnotatedWith(AutoConfiguration.class)
			.should()
			.bePublic()
			.andShould()
			.haveModifier(JavaModifier.FINAL)
			.allowEmptyShould(true));
	}

	@Test
	void beanMethodsOfPostProcessorsAreStatic() {
		check(methods().that()
			.areAnnotatedWith(Bean.class)
			.and()
			.haveRawReturnType(assignableTo(BeanPostProcessor.class).or(assignableTo(BeanFactoryPostProcessor.class)))
			.should()
			.beStatic()
			.allowEmptyShould(true));
	}

	@Test
	void noMethodAroundRedisCallsIsSynchronized() {
		check(noMethods().that()
			.areDeclaredInClassesThat()
			.resideInAnyPackage(ROOT + ".redis", ROOT + ".*.redis", ROOT + ".worker")
			.should()
			.haveModifier(JavaModifier.SYNCHRONIZED));
	}

	@Test
	void mostTypesThatNobodyElseNeedsAreHidden() {
		List<JavaClass> types = MAIN.stream()
			.filter((type) -> type.isTopLevelClass() && !type.getSimpleName().equals("package-info"))
			.toList();
		long visible = types.stream().filter((type) -> type.getModifiers().contains(JavaModifier.PUBLIC)).count();
		assertThat(visible / (double) types.size()).as("public share of %d types", types.size())
			.isLessThanOrEqualTo(0.7);
	}

	private static void check(ArchRule rule) {
		rule.check(MAIN);
	}

	private static Collection<JavaPackage> packages() {
		return MAIN.stream().map(JavaClass::getPackage).collect(Collectors.toSet());
	}

	private static String shortName(String packageName) {
		return packageName.equals(ROOT) ? "" : packageName.substring(ROOT.length() + 1);
	}

	private static ArchCondition<JavaClass> useOnlyAllowedPackages() {
		return new ArchCondition<>("use only the packages that the table allows them") {

			@Override
			public void check(JavaClass type, ConditionEvents events) {
				String from = shortName(type.getPackageName());
				Set<String> allowed = new TreeSet<>(ALLOWED.getOrDefault(from, Set.of()));
				allowed.addAll(List.of(from, ""));
				for (Dependency dependency : type.getDirectDependenciesFromSelf()) {
					String target = dependency.getTargetClass().getBaseComponentType().getPackageName();
					if (target.startsWith(ROOT) && !allowed.contains(shortName(target))) {
						events.add(SimpleConditionEvent.violated(dependency, dependency.getDescription()));
					}
				}
			}

		};
	}

}
