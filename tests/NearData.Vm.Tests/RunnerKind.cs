namespace NearData.Vm.Tests;

public enum RunnerKind
{
    Interpreted,
    Compiled,

    /// <summary>Compiled with guards, and without vectors, so that these guard every record.</summary>
    Guarded,
}

internal static class RunnerKinds
{
    public static QueryRunner Create(RunnerKind kind, QueryProgram query) => Create(kind, query, SampleQuery.NoParameters(query));

    public static QueryRunner Create(RunnerKind kind, QueryProgram query, ParameterValues parameters, RunnerMaps maps = default) => kind switch
    {
        RunnerKind.Compiled => CompiledQuery.Compile(query).CreateRunner(parameters, maps),
        RunnerKind.Guarded => CompiledQuery.Compile(query, VectorTier.Scalar, CodeTrust.Guards).CreateRunner(parameters, maps),
        _ => new InterpretedRunner(query, parameters, maps),
    };
}
