namespace NearData.Parquet;

/// <summary>What is left out where only some rows are wanted.</summary>
public enum ChoiceGrain
{
    /// <summary>Each row that isn't wanted.</summary>
    Row,

    /// <summary>Pages without a wanted row; of others all rows are read.</summary>
    Page,
}
