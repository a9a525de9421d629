namespace NearData.Vm.Maps;

/// <summary>The order in which an LPM trie's elements are listed, the kernel's: what is below a node before the node itself, zeros before ones.</summary>
internal static unsafe class TrieOrder
{
    /// <summary>The first element below a node, itself included; null where it is null.</summary>
    public static TrieNode* First(TrieNode* from)
    {
        TrieNode* found = null;
        for (TrieNode* at = from; at is not null;)
        {
            found = at->IsBranch == 0 ? at : found;
            at = at->Zero is not null ? at->Zero : at->One;
        }

        return found;
    }

    /// <summary>The element after the one with a prefix; the first one where that isn't there, null at the end.</summary>
    public static TrieNode* After(TrieIndex* trie, ulong* words, uint length)
    {
        TrieNode** path = stackalloc TrieNode*[(int)trie->MostBits + 1];
        int depth = 0;
        TrieNode* at = trie->Root;
        while (at is not null)
        {
            path[depth++] = at;
            if (at->Prefix >= length || TrieKey.Common(TrieNode.Words(at), words, at->Prefix) != at->Prefix)
            {
                break;
            }

            at = *TrieNode.Link(at, TrieKey.Bit(words, at->Prefix));
        }

        bool isThere = at is not null && at->Prefix == length && at->IsBranch == 0
            && TrieKey.Common(TrieNode.Words(at), words, length) == length;
        if (!isThere)
        {
            return First(trie->Root);
        }

        for (depth -= 2; depth >= 0; depth--)
        {
            TrieNode* parent = path[depth];
            if (parent->Zero == at && parent->One is not null)
            {
                return First(parent->One);
            }

            if (parent->IsBranch == 0)
            {
                return parent;
            }

            at = parent;
        }

        return null;
    }
}
