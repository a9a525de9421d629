namespace NearData.Compare;

/// <summary>One run's results, as rows of whole numbers and text, and how long it took.</summary>
internal readonly record struct Run(string[][] Rows, double Milliseconds);
