using NearData.TestSupport;
using YamlDotNet.Serialization;
using YamlDotNet.Serialization.NamingConventions;

namespace NearData.Verifier.Tests.Mutations;

/// <summary>The decisive places of transfer, branches and unions, as data (tests/vectors/verifier/mutations/list.yaml).</summary>
internal static class MutationList
{
    public static IEnumerable<Mutation> Read(IReadOnlyDictionary<string, string> sources)
    {
        IDeserializer yaml = new DeserializerBuilder().WithNamingConvention(CamelCaseNamingConvention.Instance).Build();
        string text = File.ReadAllText(Path.Combine(Ground.Repository, "tests/vectors/verifier/mutations/list.yaml"));
        foreach (Entry entry in yaml.Deserialize<List<Entry>>(text))
        {
            string source = sources[entry.File];
            int start = source.IndexOf(entry.Find, StringComparison.Ordinal);
            Assert.True(
                start >= 0 && source.IndexOf(entry.Find, start + 1, StringComparison.Ordinal) < 0,
                $"'{entry.Find}' is not in {entry.File} exactly once: the list has to follow the source");
            yield return new Mutation($"{entry.File}: {entry.Breaks}", entry.File, start, entry.Find.Length, entry.With);
        }
    }

    private sealed class Entry
    {
        /// <summary>What no longer holds.</summary>
        public string Breaks { get; set; } = "";

        public string File { get; set; } = "";

        /// <summary>Text that is in the file once.</summary>
        public string Find { get; set; } = "";

        public string With { get; set; } = "";
    }
}
