namespace NearData.Client;

/// <summary>The name that a dataset's column has, where it is not the property's own.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class ColumnAttribute(string name) : Attribute
{
    /// <summary>The column's name, as in the dataset's schema; case counts.</summary>
    public string Name { get; } = name;
}
