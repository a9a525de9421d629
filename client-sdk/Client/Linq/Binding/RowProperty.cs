using NearData.Client.Linq.Ir;

namespace NearData.Client.Linq.Binding;

/// <summary>A property of the row type and the column that it stands for.</summary>
/// <param name="Column">The column.</param>
/// <param name="Scale">
/// Digits after the point that the column's integer has: a decimal's scale; for a DateTime the digits of its seconds (3, 6, 9).
/// </param>
internal sealed record RowProperty(RowColumn Column, int Scale);
