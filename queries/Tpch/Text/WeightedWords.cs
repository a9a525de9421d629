using System.Text;
using NearData.Queries.Tpch.Randomness;

namespace NearData.Queries.Tpch.Text;

/// <summary>Words (or phrases) in ASCII, some likelier than others: each has as many tickets in the draw as its weight.</summary>
internal sealed class WeightedWords
{
    private readonly byte[][] _tickets;

    public WeightedWords(params ReadOnlySpan<(int Weight, string[] Words)> groups)
    {
        List<byte[]> tickets = [];
        foreach ((int weight, string[] words) in groups)
        {
            foreach (string word in words)
            {
                tickets.AddRange(Enumerable.Repeat(Encoding.ASCII.GetBytes(word), weight));
            }
        }

        _tickets = [.. tickets];
    }

    public byte[] Choose(RandomStream draws, long position) => draws.Choose(position, _tickets);
}
