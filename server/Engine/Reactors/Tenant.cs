using NearData.Vm;

namespace NearData.Engine.Reactors;

/// <summary>For whom work is done. Tenants that want more than there is get shares of it in proportion to their weights.</summary>
/// <param name="Name">Work of the same name shares one weight.</param>
/// <param name="Weight">Above 0; 2 is twice as much as 1.</param>
public sealed record Tenant(string Name, double Weight = 1)
{
    /// <summary>What the code of its programs relies on.</summary>
    public CodeTrust Trust { get; init; }

    /// <summary>Of work that names none.</summary>
    public static Tenant Anonymous { get; } = new("");
}
