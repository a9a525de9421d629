using NearData.Contracts.V1;

namespace NearData.Client.Linq.Sources;

/// <summary>What the stages of one translation share.</summary>
/// <param name="Descriptions">Of the datasets that the query needs.</param>
internal sealed record StageScope(IReadOnlyDictionary<DatasetSession, DescribeDatasetResponse> Descriptions)
{
    private int _maps;

    /// <summary>A name for groups that are looked up.</summary>
    public string NextMap() => ResultNames.LookedUp(++_maps);
}
