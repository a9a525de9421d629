using System.Runtime.CompilerServices;

[assembly: InternalsVisibleTo("NearData.Parquet.Tests")]
[assembly: InternalsVisibleTo("NearData.CompareDecoding")]
[assembly: InternalsVisibleTo("NearData.Compare")]
