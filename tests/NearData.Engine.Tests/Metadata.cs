using NearData.Engine.Datasets;
using NearData.Engine.Formats.Parquet;
using NearData.Parquet;

namespace NearData.Engine.Tests;

internal static class Metadata
{
    /// <summary>The footer of a dataset's Parquet file.</summary>
    public static ParquetMetadata Of(DatasetFile file) => ((ParquetContent)file.Content).Metadata;
}
