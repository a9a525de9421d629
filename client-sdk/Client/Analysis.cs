namespace NearData.Client;

/// <summary>Whether an execution that is explained is run too.</summary>
public enum Analysis
{
    /// <summary>Nothing is read but what planning looks at.</summary>
    PlanOnly,

    /// <summary>It is run, and its steps are timed.</summary>
    Run,
}
