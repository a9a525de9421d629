using System.Runtime.CompilerServices;

[assembly: InternalsVisibleTo("NearData.Parquet.Tests")]
