namespace NearData.Vm.Tests;

public enum RunnerKind
{
    Interpreted,
    Compiled,
}

internal static class RunnerKinds
{
    public static QueryRunner Create(RunnerKind kind, QueryProgram query) => Create(kind, query, SampleQuery.NoParameters(query));

    public static QueryRunner Create(RunnerKind kind, QueryProgram query, ParameterValues parameters) => kind == RunnerKind.Compiled
        ? CompiledQuery.Compile(query).CreateRunner(parameters)
        : new InterpretedRunner(query, parameters);
}
