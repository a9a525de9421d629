using System.Runtime.CompilerServices;

[assembly: InternalsVisibleTo("NearData.Formats.Tests")]
[assembly: InternalsVisibleTo("NearData.CompareDecoding")]
